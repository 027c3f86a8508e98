DROP TABLE referral_bundles;
